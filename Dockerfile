FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt

# What only some need, such as --build-arg EXTRAS="http postgres".
ARG EXTRAS=""
COPY requirements/ requirements/
RUN for extra in $EXTRAS; do \
        pip install --no-cache-dir --require-hashes --only-binary :all: -r "requirements/$extra.txt" || exit 1; \
    done

COPY bot.py ./
COPY cogs cogs
COPY jobs jobs
COPY musicapi musicapi
COPY startup startup

# The root file system may be read-only: all that is written lies in /data, where the DATABASE_URL of .env.example
# leads as well. The user is a number, so that a cluster can see that it is not root.
RUN mkdir /data && chown 10001:10001 /data && ln -s /data data
USER 10001:10001
VOLUME /data

# The engine beats every 15 s; unhealthy means that no job has been looked after for a minute.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "bot.py", "--health"]

# Exec form: SIGTERM reaches the bot itself, which stops within 10 s.
ENTRYPOINT ["python", "bot.py"]

"""Every SQL statement of the project, and the file it runs on.

SQLAlchemy Core, no ORM. Writes of the whole process go through one writer that groups commits; reads
have connections of their own. Each change of state names the state it expects, and the row count is
the verdict.
"""

from jobs.store.database import Store, open_store
from jobs.store.errors import CommitUnknown, DatabaseInUse, StoreError

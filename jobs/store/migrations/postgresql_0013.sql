-- The tables as migration 0013 leaves them, which is where PostgreSQL begins: the migrations up to there are of
-- files that are older than it. What comes later is migrated on both; a test holds the two to each other.

CREATE TABLE account (
    account BIGINT NOT NULL,
    total BIGINT NOT NULL,
    extra BIGINT NOT NULL,
    read_at DOUBLE PRECISION NOT NULL,
    expected BIGINT,
    CONSTRAINT pk_account PRIMARY KEY (account)
);

CREATE TABLE api_key (
    account BIGSERIAL NOT NULL,
    sealed TEXT NOT NULL,
    CONSTRAINT pk_api_key PRIMARY KEY (account)
);

CREATE TABLE audit (
    id BIGSERIAL NOT NULL,
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    before JSON NOT NULL,
    after JSON NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (id)
);
CREATE INDEX ix_audit_guild ON audit (guild_id, id);

CREATE TABLE draft (
    id BIGSERIAL NOT NULL,
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    operation TEXT NOT NULL,
    params JSON NOT NULL,
    summary TEXT NOT NULL,
    source_clip_id TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    jam_id BIGINT,
    CONSTRAINT pk_draft PRIMARY KEY (id)
);

CREATE TABLE drift (
    id BIGSERIAL NOT NULL,
    account BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    job_id BIGINT,
    operation TEXT DEFAULT '' NOT NULL,
    price BIGINT DEFAULT '0' NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    final BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_drift PRIMARY KEY (id)
);
CREATE INDEX ix_drift_account ON drift (account, id);

CREATE TABLE jam (
    id BIGSERIAL NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    theme TEXT NOT NULL,
    brief JSON NOT NULL,
    state TEXT NOT NULL,
    state_at DOUBLE PRECISION NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    due_at DOUBLE PRECISION NOT NULL,
    votes_for DOUBLE PRECISION NOT NULL,
    pot BIGINT NOT NULL,
    share BIGINT NOT NULL,
    picks BIGINT NOT NULL,
    hidden BOOLEAN NOT NULL,
    seed TEXT NOT NULL,
    turns BIGINT DEFAULT '0' NOT NULL,
    turn_for DOUBLE PRECISION DEFAULT '0' NOT NULL,
    stalled_left DOUBLE PRECISION,
    moved DOUBLE PRECISION DEFAULT '0' NOT NULL,
    shows TEXT DEFAULT '' NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    season TEXT DEFAULT '' NOT NULL,
    interaction TEXT,
    CONSTRAINT pk_jam PRIMARY KEY (id),
    CONSTRAINT ck_jam_state CHECK (state IN ('planned', 'open', 'closing', 'voting', 'showing', 'done',
        'cancelled'))
);
CREATE INDEX ix_jam_guild ON jam (guild_id, id);
CREATE UNIQUE INDEX ix_jam_interaction ON jam (interaction);
CREATE INDEX ix_jam_running ON jam (due_at) WHERE state IN ('planned', 'open', 'closing', 'voting',
    'showing');

CREATE TABLE job (
    id BIGSERIAL NOT NULL,
    guild_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    operation TEXT NOT NULL,
    provider TEXT NOT NULL,
    params JSON NOT NULL,
    summary TEXT NOT NULL,
    source_clip_id TEXT NOT NULL,
    price BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_at DOUBLE PRECISION NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    upload_limit BIGINT NOT NULL,
    due_at DOUBLE PRECISION,
    deadline_at DOUBLE PRECISION,
    tries BIGINT DEFAULT '0' NOT NULL,
    polls BIGINT DEFAULT '0' NOT NULL,
    task_id TEXT DEFAULT '' NOT NULL,
    card_message_id BIGINT,
    outcome_at DOUBLE PRECISION,
    reason TEXT DEFAULT '' NOT NULL,
    reason_text TEXT DEFAULT '' NOT NULL,
    charged BIGINT DEFAULT '0' NOT NULL,
    returned BIGINT DEFAULT '0' NOT NULL,
    unresolved BIGINT DEFAULT '0' NOT NULL,
    round BIGINT DEFAULT '0' NOT NULL,
    notified_at DOUBLE PRECISION,
    finished_at DOUBLE PRECISION,
    thread_id BIGINT,
    account BIGINT DEFAULT '0' NOT NULL,
    card_shows TEXT DEFAULT '' NOT NULL,
    jam_id BIGINT,
    interaction TEXT,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT ck_job_state CHECK (state IN ('accepted', 'submitting', 'waiting', 'ready', 'posting',
        'done', 'failed', 'held', 'undeliverable', 'cancelled'))
);
CREATE INDEX ix_job_card ON job (card_message_id);
CREATE INDEX ix_job_due ON job (state, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_job_guild ON job (guild_id, created_at);
CREATE INDEX ix_job_in_flight ON job (guild_id, user_id) WHERE state IN ('accepted', 'submitting',
    'waiting', 'ready', 'posting');
CREATE UNIQUE INDEX ix_job_interaction ON job (interaction);
CREATE INDEX ix_job_jam ON job (jam_id) WHERE jam_id IS NOT NULL;
CREATE INDEX ix_job_member ON job (guild_id, user_id, id);
CREATE INDEX ix_job_operation ON job (operation, finished_at);
CREATE INDEX ix_job_stale ON job (state_at) WHERE card_shows <> '' AND state NOT IN ('accepted',
    'submitting', 'ready', 'posting') AND (notified_at IS NOT NULL OR due_at IS NULL OR state NOT IN
    ('failed', 'held')) AND card_shows <> CASE WHEN state = 'waiting' THEN 'making' WHEN state IN
    ('failed', 'cancelled') THEN state || ' ' || CAST(charged - returned AS TEXT) || ' ' ||
    CAST(unresolved AS TEXT) ELSE state END;
CREATE INDEX ix_job_state ON job (state, account);

CREATE TABLE note (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_note PRIMARY KEY (key)
);

CREATE TABLE preference (
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value JSON NOT NULL,
    CONSTRAINT pk_preference PRIMARY KEY (user_id, name)
);

CREATE TABLE reserved (
    account BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    CONSTRAINT pk_reserved PRIMARY KEY (account)
);

CREATE TABLE server_key (
    guild_id BIGINT NOT NULL,
    account BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    given_at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_server_key PRIMARY KEY (guild_id)
);

CREATE TABLE setting (
    guild_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    value JSON NOT NULL,
    CONSTRAINT pk_setting PRIMARY KEY (guild_id, name)
);

CREATE TABLE spend (
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    quarter BIGINT NOT NULL,
    songs BIGINT NOT NULL,
    credits BIGINT NOT NULL,
    CONSTRAINT pk_spend PRIMARY KEY (guild_id, user_id, quarter)
);

CREATE TABLE call (
    id BIGSERIAL NOT NULL,
    job_id BIGINT NOT NULL,
    account BIGINT NOT NULL,
    price BIGINT NOT NULL,
    sent_at DOUBLE PRECISION NOT NULL,
    changed_at DOUBLE PRECISION NOT NULL,
    outcome TEXT NOT NULL,
    returned TEXT DEFAULT '' NOT NULL,
    closed BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_call PRIMARY KEY (id),
    CONSTRAINT ck_call_outcome CHECK (outcome IN ('open', 'taken', 'done', 'failed', 'lost', 'charged',
        'not_charged')),
    CONSTRAINT ck_call_returned CHECK (returned IN ('', 'said', 'seen')),
    CONSTRAINT fk_call_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);
CREATE INDEX ix_call_job ON call (job_id);
CREATE INDEX ix_call_lost ON call (account, price) WHERE outcome = 'lost' AND NOT closed;
CREATE INDEX ix_call_open ON call (account, sent_at, outcome, price, returned, changed_at, closed) WHERE
    NOT closed;

CREATE TABLE clip (
    job_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    clip_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    part TEXT DEFAULT '' NOT NULL,
    model TEXT DEFAULT '' NOT NULL,
    duration DOUBLE PRECISION,
    lyrics TEXT DEFAULT '' NOT NULL,
    tags TEXT DEFAULT '' NOT NULL,
    audio_url TEXT DEFAULT '' NOT NULL,
    image_url TEXT DEFAULT '' NOT NULL,
    parent_clip_id TEXT DEFAULT '' NOT NULL,
    error TEXT DEFAULT '' NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_clip PRIMARY KEY (job_id, position),
    CONSTRAINT fk_clip_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);
CREATE INDEX ix_clip_clip ON clip (clip_id);
CREATE INDEX ix_clip_newest ON clip (guild_id, created_at);
CREATE INDEX ix_clip_parent ON clip (parent_clip_id);

CREATE TABLE clip_like (
    job_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_clip_like PRIMARY KEY (job_id, position, user_id),
    CONSTRAINT fk_clip_like_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);
CREATE INDEX ix_clip_like_guild ON clip_like (guild_id, at, job_id, position);
CREATE INDEX ix_clip_like_user ON clip_like (user_id, guild_id, at);

CREATE TABLE jam_ballot (
    jam_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    CONSTRAINT pk_jam_ballot PRIMARY KEY (jam_id, user_id, entry_id),
    CONSTRAINT fk_jam_ballot_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);

CREATE TABLE jam_entry (
    id BIGSERIAL NOT NULL,
    jam_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    job_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    state_at DOUBLE PRECISION NOT NULL,
    position BIGINT DEFAULT '0' NOT NULL,
    letter TEXT DEFAULT '' NOT NULL,
    points BIGINT DEFAULT '0' NOT NULL,
    place BIGINT,
    reason TEXT DEFAULT '' NOT NULL,
    turn BIGINT DEFAULT '0' NOT NULL,
    join_id BIGINT DEFAULT '0' NOT NULL,
    words TEXT DEFAULT '' NOT NULL,
    CONSTRAINT pk_jam_entry PRIMARY KEY (id),
    CONSTRAINT ck_jam_entry_state CHECK (state IN ('offered', 'working', 'choosing', 'joining', 'spare',
        'entered', 'withdrawn', 'removed', 'failed', 'passed', 'expired')),
    CONSTRAINT fk_jam_entry_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);
CREATE INDEX ix_jam_entry_jam ON jam_entry (jam_id, state);
CREATE INDEX ix_jam_entry_job ON jam_entry (job_id);
CREATE UNIQUE INDEX uq_jam_entry_counts ON jam_entry (jam_id, user_id) WHERE state = 'entered' AND turn = 0;
CREATE UNIQUE INDEX uq_jam_entry_turn ON jam_entry (jam_id) WHERE turn > 0 AND state IN ('offered',
    'working', 'choosing', 'joining');

CREATE TABLE jam_event (
    jam_id BIGINT NOT NULL,
    event_id BIGINT,
    starts DOUBLE PRECISION DEFAULT '0' NOT NULL,
    ends DOUBLE PRECISION DEFAULT '0' NOT NULL,
    tried_at DOUBLE PRECISION,
    tries BIGINT DEFAULT '0' NOT NULL,
    due_at DOUBLE PRECISION,
    CONSTRAINT pk_jam_event PRIMARY KEY (jam_id),
    CONSTRAINT fk_jam_event_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);
CREATE INDEX ix_jam_event_due ON jam_event (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE jam_mark (
    jam_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    mark TEXT NOT NULL,
    CONSTRAINT pk_jam_mark PRIMARY KEY (jam_id, user_id, mark),
    CONSTRAINT fk_jam_mark_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);

CREATE TABLE jam_member (
    jam_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    missed BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_jam_member PRIMARY KEY (jam_id, user_id),
    CONSTRAINT fk_jam_member_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);

CREATE TABLE jam_post (
    id BIGSERIAL NOT NULL,
    jam_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    created_at DOUBLE PRECISION NOT NULL,
    due_at DOUBLE PRECISION NOT NULL,
    entry_id BIGINT,
    user_id BIGINT DEFAULT '0' NOT NULL,
    said JSON NOT NULL,
    tries BIGINT DEFAULT '0' NOT NULL,
    first_try_at DOUBLE PRECISION,
    message_id BIGINT,
    edited_at DOUBLE PRECISION,
    channel_id BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_jam_post PRIMARY KEY (id),
    CONSTRAINT uq_jam_post_place UNIQUE (jam_id, name, seq),
    CONSTRAINT fk_jam_post_jam_id FOREIGN KEY(jam_id) REFERENCES jam (id)
);
CREATE INDEX ix_jam_post_masked ON jam_post (jam_id) WHERE name = 'gallery' AND message_id > 0 AND
    edited_at IS NULL;
CREATE INDEX ix_jam_post_message ON jam_post (message_id);
CREATE INDEX ix_jam_post_unsent ON jam_post (jam_id) WHERE message_id IS NULL;

CREATE TABLE ledger (
    id BIGSERIAL NOT NULL,
    job_id BIGINT NOT NULL,
    guild_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    credits BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_ledger PRIMARY KEY (id),
    CONSTRAINT ck_ledger_kind CHECK (kind IN ('reserved', 'settled', 'released', 'refunded')),
    CONSTRAINT fk_ledger_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);
CREATE INDEX ix_ledger_job ON ledger (job_id);

CREATE TABLE post (
    id BIGSERIAL NOT NULL,
    job_id BIGINT NOT NULL,
    round BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    attached JSON NOT NULL,
    linked JSON NOT NULL,
    first_try_at DOUBLE PRECISION,
    message_id BIGINT,
    failed JSON DEFAULT '[]' NOT NULL,
    missing JSON,
    lost JSON DEFAULT '[]' NOT NULL,
    channel_id BIGINT,
    copied_at DOUBLE PRECISION,
    CONSTRAINT pk_post PRIMARY KEY (id),
    CONSTRAINT uq_post_place UNIQUE (job_id, round, seq),
    CONSTRAINT fk_post_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);
CREATE INDEX ix_post_message ON post (message_id);

CREATE TABLE removal (
    job_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    CONSTRAINT pk_removal PRIMARY KEY (job_id),
    CONSTRAINT fk_removal_job_id FOREIGN KEY(job_id) REFERENCES job (id)
);

-- `schema.reserved` says what this is for.
CREATE FUNCTION job_reserves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.price <> 0 AND OLD.state IN ('accepted', 'submitting') THEN
        UPDATE reserved SET credits = credits - OLD.price WHERE account = OLD.account;
    END IF;
    IF NEW.price <> 0 AND NEW.state IN ('accepted', 'submitting') THEN
        INSERT INTO reserved (account, credits) VALUES (NEW.account, NEW.price)
        ON CONFLICT (account) DO UPDATE SET credits = reserved.credits + excluded.credits;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER job_accepted AFTER INSERT ON job FOR EACH ROW EXECUTE FUNCTION job_reserves();
CREATE TRIGGER job_changed AFTER UPDATE OF state, account, price ON job
    FOR EACH ROW EXECUTE FUNCTION job_reserves();

-- The store, version 1. A later version is a further file beside this one that changes what stands here (schema.cpp).
--
-- The integer ids name rows inside one file only. What names a row everywhere, and what merge goes by, are the UNIQUE
-- columns: hashes of content, names, and for attempts a key drawn when they are claimed.
-- Times are Unix milliseconds. Words such as 'answered', 'length' or 'equal' are those of the program's enums.

-- Every long text, once. `content` is the text itself where it has `length` bytes, else a zstd frame of it, and NULL
-- where only the hash may be kept (questions and prompts of private tasks).
CREATE TABLE body (
  id      INTEGER PRIMARY KEY,
  sha256  BLOB NOT NULL UNIQUE,  -- of the text
  length  INTEGER NOT NULL,      -- of the text, in bytes
  content BLOB
) STRICT;

CREATE TABLE task (
  id             INTEGER PRIMARY KEY,
  name           TEXT NOT NULL,
  dataset_sha256 TEXT NOT NULL,
  UNIQUE (name, dataset_sha256)
) STRICT;

CREATE TABLE sample (
  id       INTEGER PRIMARY KEY,
  task     INTEGER NOT NULL REFERENCES task,
  name     TEXT NOT NULL,                     -- the sample's id in the dataset
  ordinal  INTEGER NOT NULL,                  -- its place there
  sha256   BLOB NOT NULL,                     -- of all its fields, private ones included
  input    INTEGER NOT NULL REFERENCES body,
  choices  INTEGER NOT NULL REFERENCES body,  -- JSON list of texts
  target   TEXT NOT NULL,
  metadata TEXT NOT NULL,                     -- JSON object of texts
  UNIQUE (task, name)
) STRICT;

CREATE TABLE run (
  id               INTEGER PRIMARY KEY,
  key              TEXT NOT NULL UNIQUE,  -- RunSpec::id(), made of task, dataset and the next five
  task             INTEGER NOT NULL REFERENCES task,
  protocol         TEXT NOT NULL,
  protocol_sha256  TEXT NOT NULL,
  model            TEXT NOT NULL,
  fingerprint      TEXT NOT NULL,
  sampling         TEXT NOT NULL,         -- JSON object
  kind             TEXT NOT NULL CHECK (kind IN ('math', 'choice')),
  private          INTEGER NOT NULL,
  dataset_revision TEXT NOT NULL,
  protocol_yaml    INTEGER NOT NULL REFERENCES body,
  endpoint         TEXT NOT NULL,         -- without credentials
  program_version  TEXT NOT NULL,
  started_ms       INTEGER NOT NULL
) STRICT;

-- Asked for exactly once. `answer` is the attempt that brought the response; of several, the one with the smallest key.
CREATE TABLE request (
  id     INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL REFERENCES run,
  sample INTEGER NOT NULL REFERENCES sample,
  epoch  INTEGER NOT NULL,
  answer INTEGER REFERENCES attempt,
  UNIQUE (run, sample, epoch)
) STRICT;
CREATE INDEX request_unanswered ON request (run) WHERE answer IS NULL;
-- SQLite looks for references to an attempt before it deletes one.
CREATE INDEX request_answer ON request (answer) WHERE answer IS NOT NULL;

-- claimed -> sent -> answered or failed. An attempt that a dead process left claimed was never sent and is dropped;
-- one left sent becomes failed with the class 'unknown': it may have been billed.
CREATE TABLE attempt (
  id            INTEGER PRIMARY KEY,
  key           BLOB NOT NULL UNIQUE,              -- 16 bytes: random, or of an import the hash of its content
  request       INTEGER NOT NULL REFERENCES request,
  number        INTEGER NOT NULL,                  -- 1 for the first try of a request
  state         TEXT NOT NULL CHECK (state IN ('claimed', 'sent', 'failed', 'answered')),
  prompt        INTEGER REFERENCES body,           -- JSON list of messages; NULL where an import does not know it
  choice_order  TEXT NOT NULL,                     -- JSON list: index as published of the choice at each place
  choice_count  INTEGER NOT NULL,
  target        TEXT NOT NULL,                     -- reference answer as asked
  claimed_ms    INTEGER,                           -- NULL of an import
  ended_ms      INTEGER,
  -- failed
  failure       TEXT,                              -- class
  message       TEXT,
  http_status   INTEGER,
  will_retry    INTEGER,                           -- 1: the request is still to be asked
  -- answered
  text          INTEGER REFERENCES body,
  reasoning     INTEGER REFERENCES body,           -- NULL: none
  stop          TEXT,
  stop_raw      TEXT,
  input_tokens  INTEGER,                           -- cached ones included
  cached_tokens INTEGER,
  output_tokens INTEGER,                           -- reasoning included
  reasoning_tokens INTEGER,
  served_model  TEXT,
  request_id    TEXT,                              -- the provider's
  first_byte_ms INTEGER,                           -- durations, since the request was sent
  total_ms      INTEGER
) STRICT;
CREATE INDEX attempt_of_request ON attempt (request, number);

CREATE TABLE scorer (
  id             INTEGER PRIMARY KEY,
  protocol       TEXT NOT NULL,
  scoring_sha256 TEXT NOT NULL,
  UNIQUE (protocol, scoring_sha256)
) STRICT;

CREATE TABLE score (
  attempt   INTEGER NOT NULL REFERENCES attempt,
  scorer    INTEGER NOT NULL REFERENCES scorer,
  verdict   TEXT NOT NULL,
  extracted TEXT NOT NULL,
  rule      TEXT NOT NULL,
  scored_ms INTEGER NOT NULL,  -- of two stores the later score stands
  PRIMARY KEY (attempt, scorer)
) STRICT, WITHOUT ROWID;

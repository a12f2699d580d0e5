"""What the service takes at the most. Beyond it: a sentence, and nothing is changed."""

BODY = 1_000_000  # bytes of a request
OBSERVATIONS = 1_000  # of a request
HORIZON = 500  # rows ahead
LONGEST_ID = 200  # characters of a unique_id
LONGEST_TIME = 40  # characters of a ds
FEATURES = 100  # of an observation
LONGEST_FEATURE = 200  # characters of its name
LARGEST = 1e30  # of a value: its square is still finite in single precision
SERIES = 100_000  # with those that begin while the service runs
LISTED = 1_000  # series of an answer
SHOWN = 500  # observations of a series in an answer
CONNECTIONS = 1_000
SECONDS_OF_HEAD = 30  # for a request to begin on a connection, at least
SECONDS_OF_BODY = 30  # for the body of a request
SUBSCRIBERS = 100  # that listen to events at once
UNREAD = 1_000  # events that a subscriber may be behind
WAITING = 10_000  # requests with observations that wait for the journal
COMMITTED = 500  # requests of one commit
SNAPSHOT_ROWS = 10_000  # observations after which the state is written
SNAPSHOT_SECONDS = 60  # after which it is written, if something was observed
WATCH_SECONDS = 2  # between two looks at the model folder
FOLDER = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$"  # name of a model folder
TIME = rf"^[0-9TQWZ :+./-]{{1,{LONGEST_TIME}}}$"  # a ds that is text

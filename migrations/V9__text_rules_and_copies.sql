-- Some values are computed from texts by the program: composed letters (Unicode NFC), what people are found by, and the
-- tags of posts and comments. `text_rules` is the version of the rules that these values follow. A program with newer
-- rules computes them again when it opens the file; 0 means the rules of before.
alter table site add column text_rules integer not null default 0;

-- `file_id` names the file in its file system. A copy that was put back is another file, and then the log has another life.
alter table site add column file_id text;

-- The words of all posts and comments. A row has the number of the event that brought the text into the log, so that the
-- newest texts are found first. The texts themselves are not here again (`content=''`). What is deleted is overwritten in
-- the file. The program writes the rows: a trigger in the file could not fold the words.
create virtual table search using fts5 (
    words,
    content = '',
    columnsize = 0,
    tokenize = 'ascii'
);

insert into search (search, rank) values ('secure-delete', 1);
insert into search (search, rank) values ('automerge', 16);
insert into search (search, rank) values ('crisismerge', 64);
-- A leaf of the index is one page of the file, as the program makes it.
insert into search (search, rank) values ('pgsz', 1000);

-- The version of the rules by which the words were made. A program with other rules makes them anew.
alter table site add column search_rules integer not null default 0;

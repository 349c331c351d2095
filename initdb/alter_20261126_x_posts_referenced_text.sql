-- What a post repeats, quotes or answers, in full.
alter table x_posts add column if not exists referenced_text text;
comment on column x_posts.referenced_text is 'full text of the original that a post repeats, quotes or answers; null where the answer does not hold it';

-- sqlite3 :memory: < rows.sql, with the number of rows in :rows
CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
  INSERT INTO t SELECT i, 'row ' || i, i * 1.5 FROM n;
SELECT count(*), sum(c), max(b) FROM t WHERE b LIKE '%7%';
CREATE INDEX x ON t(b);
SELECT a FROM t ORDER BY b DESC LIMIT 3;
SELECT length(group_concat(substr(b, 5, 1), '')) FROM t GROUP BY a % 10;
SELECT count(*) FROM t AS l JOIN t AS r ON r.b = 'row ' || (l.a * 7 % :rows) WHERE r.c > l.c;

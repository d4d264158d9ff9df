// Runs SQL in DuckDB: node duckdb.js < [STATEMENT, ...], a JSON list; prints the rows of each, a JSON document a line.
const {DuckDBInstance} = require('@duckdb/node-api');

async function main() {
  const statements = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const statement of statements) {
    console.log(JSON.stringify((await connection.runAndReadAll(statement)).getRowObjectsJson()));
  }
}

main().catch(error => {
  console.error(error.message);
  process.exit(1);
});

// A process that acts during a fault, to be killed: it has the lock of who acts, and holds something for the fault.
import pg from 'pg';

const [connectionString] = process.argv.slice(2);
const own = new pg.Client({ connectionString, application_name: 'kelvo-control' });
const held = new pg.Client({ connectionString, application_name: 'kelvo-fault bad-deploy' });
await Promise.all([own.connect(), held.connect()]);
await own.query(`select pg_advisory_lock(hashtextextended('kelvo demo-faults', 0))`);
await held.query('begin');
await held.query('select pg_advisory_xact_lock(4711)');
process.send?.('holding');

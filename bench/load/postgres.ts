/** The PostgreSQL of the tests, which is a package of this repository: or the one that `HUFU_TEST_POSTGRES` names. */
// oxlint-disable-next-line no-restricted-imports -- the one thing here that a stranger would bring along
export { execute, startPostgres } from '../../src/store/contract/real-postgres.ts'

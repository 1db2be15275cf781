export { load } from '../badge/+page';

export { load } from '../invite/+page';

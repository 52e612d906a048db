import libretto from './index.js';

export const { LIBRETTO_WORKFLOW_BRAND, workflow, pause } = libretto;
export default libretto;

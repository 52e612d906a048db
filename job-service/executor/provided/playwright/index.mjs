import playwright from './index.js';

export const { chromium, firefox, webkit, selectors, devices, errors, request, _electron, _android } = playwright;
export default playwright;

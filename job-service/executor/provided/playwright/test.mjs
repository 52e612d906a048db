import playwright from './test.js';

export const { chromium, firefox, webkit, selectors, devices, errors, request, _electron, _android } = playwright;
export const { test, expect, defineConfig, mergeTests, mergeExpects, _baseTest, _utilityTest } = playwright;
export default playwright.test;

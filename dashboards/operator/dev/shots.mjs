// Takes pictures of the built page in a browser, in both languages and themes, into test-output/.
//   CHROMIUM=/usr/bin/chromium node dev/shots.mjs [filter]
import { mkdir } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { startMock } from './mock-server.mjs';

const SIZES = { desk: [1920, 1080], laptop: [1366, 768], phone: [390, 844] };
const only = process.argv[2] ?? '';
const out = new URL('../test-output/', import.meta.url).pathname;
await mkdir(out, { recursive: true });

const mock = await startMock({ port: 0, sensors: Number(process.env.SENSORS ?? 2000), rate: 100 });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
try {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    for (const language of ['vi', 'en']) {
      for (const theme of ['night', 'day']) {
        const name = `${size}-${language}-${theme}`;
        if (!name.includes(only)) continue;
        const context = await browser.newContext({ viewport: { width, height }, locale: language === 'vi' ? 'vi-VN' : 'en-GB', timezoneId: 'America/New_York' });
        await context.addInitScript(`localStorage.setItem('ioc.operator.theme', '${theme}')`);
        const page = await context.newPage();
        page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') console.log(name, message.text()); });
        page.on('pageerror', (error) => console.log(name, error.message));
        page.on('request', (request) => { if (!request.url().startsWith(mock.url) && !request.url().startsWith('blob:') && !request.url().startsWith('data:')) console.log(name, 'foreign request', request.url()); });
        await page.goto(mock.url);
        await page.waitForSelector('[data-link=live] .row', { timeout: 60_000 });
        await page.waitForTimeout(4000);
        await page.keyboard.press('j');
        await page.keyboard.press('j');
        if (size === 'phone') {
          await page.screenshot({ path: `${out}${name}-list.png`, timeout: 60_000 });
          for (const [i, tab] of [[1, 'map'], [2, 'sensor']]) {
            await page.locator('.tabs button').nth(i).click();
            await page.waitForTimeout(2500);
            await page.screenshot({ path: `${out}${name}-${tab}.png`, timeout: 60_000 });
          }
        } else {
          await page.waitForTimeout(2500);
          await page.screenshot({ path: `${out}${name}.png`, timeout: 60_000 });
        }
        console.log(name);
        await context.close();
      }
    }
  }
} finally {
  await browser.close();
  mock.close();
}

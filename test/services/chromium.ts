import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where Chromium is, or the reason why browser lanes cannot run here. `CHROMIUM` names another one. */
export function findChromium(): { readonly path: string } | { readonly missing: string } {
  const path = [process.env["CHROMIUM"], ...PATHS].find((p) => p !== undefined && existsSync(p));
  return path === undefined ? { missing: "no Chromium found: apt-get install chromium fonts-noto-cjk" } : { path };
}

/** Headless, quiet, without a connection of its own, in a fresh profile that goes when it closes. */
export async function openChromium(path: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** What went wrong in a page without anybody asking: each list must stay empty. */
export type Complaints = {
  readonly console: string[];
  readonly foreign: string[]; // requests to any other host
  readonly csp: string[];
  readonly dialogs: string[];
};

/** A page whose clock stands still and which keeps a record of every complaint. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions & { readonly now?: number } = {},
): Promise<{ page: Page; context: BrowserContext; complaints: Complaints }> {
  const { now, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...rest });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: Complaints = { console: [], foreign: [], csp: [], dialogs: [] };
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const text = message.text();
    (text.includes("Content Security Policy") ? complaints.csp : complaints.console).push(text);
  });
  page.on("pageerror", (error) => complaints.console.push(String(error)));
  page.on("dialog", (dialog) => {
    complaints.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) complaints.foreign.push(request.url());
  });
  if (now !== undefined) await page.clock.setFixedTime(now);
  return { page, context, complaints };
}

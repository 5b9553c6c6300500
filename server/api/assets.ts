import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** One file of the built console, in memory. */
export type Asset = {
  readonly body: Buffer;
  readonly type: string;
  readonly isHashed: boolean; // its name changes with its content: cached for ever
  /** Compressed once, on first demand; null when that does not pay. */
  encoded(encoding: "br" | "gzip"): Promise<Buffer | null>;
};

/** The console as it was built: exact URL path → file. Nothing outside this map is ever read (WEB-10). */
export type Assets = { readonly index: string | null; readonly files: ReadonlyMap<string, Asset> };

export const NO_ASSETS: Assets = { index: null, files: new Map() };

const TYPES = new Map([
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".html", "text/html; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".ico", "image/x-icon"],
  [".webp", "image/webp"],
  [".woff2", "font/woff2"],
  [".json", "application/json; charset=utf-8"],
  [".webmanifest", "application/manifest+json"],
  [".txt", "text/plain; charset=utf-8"],
]);

/** Reads the built console into memory: a few megabytes, once. Source maps stay on disk. */
export function readAssets(folder: string): Assets {
  if (!existsSync(path.join(folder, "index.html"))) return NO_ASSETS;
  const files = new Map<string, Asset>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES.get(path.extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const url = `/${path.relative(folder, file).split(path.sep).join("/")}`;
    if (url.includes("/.")) continue; // .vite: the build's own
    if (url !== "/index.html") files.set(url, asset(readFileSync(file), type, url.startsWith("/assets/")));
  }
  return { index: readFileSync(path.join(folder, "index.html"), "utf8"), files };
}

const gzipped = promisify(gzip);
const brotli = promisify(brotliCompress);
const SMALLEST_WORTH = 1_024;

function asset(body: Buffer, type: string, isHashed: boolean): Asset {
  const made = new Map<string, Promise<Buffer | null>>();
  const compresses = body.length >= SMALLEST_WORTH && /^text|json|svg|javascript/.test(type);
  return {
    body,
    type,
    isHashed,
    encoded(encoding) {
      if (!compresses) return Promise.resolve(null);
      const known = made.get(encoding);
      if (known !== undefined) return known;
      const promise =
        encoding === "gzip"
          ? gzipped(body, { level: 9 })
          : brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
      made.set(encoding, promise);
      return promise;
    },
  };
}

/** web/dist of this package, from source as well as from a build. */
export function builtConsole(here: string): string {
  for (let folder = here; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "package.json"))) return path.join(folder, "web", "dist");
    if (folder === path.dirname(folder)) return path.join(here, "web", "dist");
  }
}

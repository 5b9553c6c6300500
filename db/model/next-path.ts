/**
 * Where a page goes after signing in: `next` when it is a path of this console, else "/" (AUT-11). One slash at its
 * beginning, no second one, no backslash and no control characters, which browsers read as a slash or leave out.
 */
export function nextPath(next: unknown): string {
  if (typeof next !== "string" || next.length > 2_048) return "/";
  if (!/^\/(?![/\\])[^\\\p{C}\p{Z}]*$/u.test(next)) return "/";
  const base = "http://console.invalid";
  if (!URL.canParse(next, base)) return "/";
  const url = new URL(next, base);
  return url.origin === base && !url.pathname.startsWith("//") ? next : "/";
}

/**
 * A URL as it may stand in messages, logs and pages: no user, no password, no query values (tokens travel there).
 */
export function shownUrl(url: URL): string {
  const query = url.search === "" ? "" : "?…";
  return `${url.protocol}//${url.host}${url.pathname}${query}`;
}

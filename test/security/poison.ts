/** Names as somebody would write them who wants a console to run, load or break something. */
const POISON: readonly string[] = [
  `<img src=x onerror="window.__x=1;alert(1)">`,
  `"><script>window.__x=2</script>`,
  `'-alert(3)-'`,
  `</style></title></textarea><svg/onload=window.__x=4>`,
  `<iframe srcdoc="<script>parent.__x=5</script>">`,
  `<a href="javascript:window.__x=6">here</a>`,
  `{{constructor.constructor('window.__x=7')()}}\${window.__x=7}`,
  `<link rel=stylesheet href=//evil.example/x.css><img src=//evil.example/x.png>`,
  `<b style="position:fixed;inset:0;background:url(//evil.example/y)" onmouseover=window.__x=8>b</b>`,
  `__proto__`,
  `constructor`,
  `toString`,
  `=HYPERLINK("http://evil.example","x")`,
  `@all <at user_id="all">all</at> <!channel> [x](javascript:window.__x=9)`,
  `\u202Egpj.exe\u2066\u200B`,
  `%3Cscript%3Ewindow.__x%3D10%3C/script%3E&lt;script&gt;`,
  `\u0000\u001b[31m\r\nset-cookie: x`,
  `{b|{a|x}}{@[0]}`, // templates of charts
];
const LONG = "a rack of four kilobytes ".repeat(164);

/** Values that are no text of anybody's: numbers as text, days, words of our own. */
const OURS = /^(?:-?\d+(?:\.\d+)?|\d{4}-\d{2}(?:-\d{2}.*)?|[a-z][a-zA-Z0-9_.-]*|[A-Z]{3}|P[123]|[\d ]+)?$/;
/** What pages ask with again, or work with: no text to read. */
const OUR_KEYS = new Set([
  "uuid",
  "zone",
  "currency",
  "cursor",
  "query",
  "pattern",
  "expr",
  "cron",
  "language",
  "at",
  "day",
  "next",
  "href",
  "unit",
]);

/** The same answer with every text of others turned hostile; the same text always in the same way. */
export function poisoned(value: unknown, key = ""): unknown {
  if (typeof value === "string") return OURS.test(value) || OUR_KEYS.has(key) ? value : poison(value);
  if (Array.isArray(value)) return value.map((each) => poisoned(each, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poisoned(each, name)]));
}

function poison(text: string): string {
  const sum = Buffer.from(text).reduce((all, byte) => (all * 31 + byte) >>> 0, 7);
  if (sum % 41 === 0) return `${text} ${LONG}`;
  const bad = POISON[sum % POISON.length] ?? "";
  return sum % 3 === 0 ? bad : sum % 3 === 1 ? `${bad} ${text}` : `${text} ${bad}`;
}

/** Texts that would change a statement, a path, a pattern or a template, were they ever part of one. */
const SQL = [
  "'", "''", `"`, "`", "\\", "\\'", "';--", "' --", "'#", "'/*", "*/", "') OR ('1'='1", "' OR '1'='1", "' OR 1=1--", "1 OR 1=1", "1; SELECT 1",
  "'; DROP TABLE pool; --", "'; DROP TABLE price CASCADE; --", "'); DELETE FROM card; --", "' UNION SELECT NULL--", "' UNION SELECT version(),NULL--",
  "' AND 1=(SELECT 1/0)--", "'||(SELECT pg_sleep(3))||'", "'; SELECT pg_sleep(3); --", "1) AND pg_sleep(3) IS NULL--", "$1", "$$", "$a$x$a$", "::int", "E'\\x27'",
  "U&'\\0027'", "%", "_", "%%", "\\%", "%' AND '%'='", "{}", "[]", "{a,b}", "{\"a\":1}", "$.a ? (@ > 0)", "$**", "a->>'b'", "x'; COPY card TO PROGRAM 'id'; --",
  "' OR pg_read_file('/etc/passwd') IS NOT NULL--", "'; SET ROLE postgres; --", "current_user", "NULL", "null", "true", "-1", "1e309", "NaN", "Infinity",
]; // prettier-ignore
const ELSEWHERE = [
  "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "file:///etc/passwd", "/dev/zero", "C:\\windows\\win.ini", "http://169.254.169.254/", "//evil.example", "javascript:alert(1)",
  "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "constructor.prototype.x", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
  "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "#set page(width: 1pt)", "#read(\"/etc/passwd\")", "*bold* _it_ `raw`", "=1+1", "@SUM(A1)", "+1", "-1+1", "\t=1+1",
  "$(id)", "`id`", "; id", "| id", "&& id", "(a+)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(?:)", "[", "(", "*", "+", "?", "\\", "a{1,99999}", "(?<=a)b", "\\p{L}",
  "\u0000", "a\u0000b", "\r\nset-cookie: x", "\n", "\t", " ", "", "\u202Egpj", "\u200B", "\uFEFF", "\uD800", "\u{1F4A9}", "ﷺ".repeat(50), "İ", "ß", "ǅ", "é", "e\u0301",
  "9999-12-31", "0000-00-00", "-1-01-01", "2026-02-30", "2026-11-01T25:00", "now()", "tomorrow", "1e9999", "0x10", "0b1", "010", "1_000", "٣", "１",
  "a".repeat(255), "a".repeat(4_096), "'".repeat(500), "(".repeat(500), "[".repeat(5_000), "{".repeat(5_000), "a,".repeat(3_000), "&a *a", "a: &x [*x]", "!!js/function 'x'", "- - - -", "? :",
]; // prettier-ignore

/** More than 200 of them. */
export const PAYLOADS: readonly string[] = [
  ...SQL,
  ...SQL.map((text) => `chat-assist${text}`),
  ...ELSEWHERE,
  ...["'", "%", "\\", "\u0000", "__proto__", "' OR '1'='1", "'; SELECT pg_sleep(3); --", "\uD800"].map(
    (text) => `GPU-1${text}`,
  ),
];

/** Names of nodes and pods differ at their ends, so that is what stays in sight when a column is too narrow. */
const TAIL = 8;

/** A cell's text, cut in the middle by its column, whole on hover. `tail`: how many characters at its end tell it apart. */
export function Cut({ text, empty, tail = TAIL }: { text: string; empty: string; tail?: number }) {
  if (text === "") return <span className="muted">{empty}</span>;
  const chars = Array.from(text); // by code point: half an emoji is not a character
  if (chars.length <= tail + TAIL) return <span title={text}>{text}</span>;
  return (
    <span className="cut" title={text}>
      <span className="cut-head">{chars.slice(0, -tail).join("")}</span>
      <span className="cut-tail">{chars.slice(-tail).join("")}</span>
    </span>
  );
}

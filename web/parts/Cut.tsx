/** Names of nodes and pods differ at their ends, so that is what stays in sight when a column is too narrow. */
const TAIL = 8;

/** A cell's text, cut in the middle by its column, whole on hover. */
export function Cut({ text, empty }: { text: string; empty: string }) {
  if (text === "") return <span className="muted">{empty}</span>;
  const chars = Array.from(text); // by code point: half an emoji is not a character
  if (chars.length <= TAIL * 2) return <span title={text}>{text}</span>;
  return (
    <span className="cut" title={text}>
      <span className="cut-head">{chars.slice(0, -TAIL).join("")}</span>
      <span className="cut-tail">{chars.slice(-TAIL).join("")}</span>
    </span>
  );
}

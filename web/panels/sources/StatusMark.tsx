/** The mark of a target: a disc that answers, a square that does not, a dashed ring nobody tried yet. */
export function StatusMark({ up }: { up: boolean | null }) {
  const name = up === null ? "unknown" : up ? "ok" : "critical";
  return (
    <svg className={`mark mark-${name}`} width={10} height={10} viewBox="0 0 12 12" aria-hidden>
      {up === true && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {up === false && <rect x="1" y="1" width="10" height="10" fill="currentColor" />}
      {up === null && (
        <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.3 2.3" />
      )}
    </svg>
  );
}

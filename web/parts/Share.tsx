/** A share with a thin bar under it, so that a column can be read at a glance. Without a value there is no bar. */
export function Share({ ratio, text }: { ratio: number | null; text: string }) {
  return (
    <span className="share">
      {text}
      <span className="share-track" aria-hidden>
        {ratio !== null && <span style={{ width: `${Math.min(100, Math.max(0, ratio * 100))}%` }} />}
      </span>
    </span>
  );
}

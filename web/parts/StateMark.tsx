import { useTranslation } from "react-i18next";
import type { CardState } from "../../db/model/fleet.ts";
import { STATE_INK, type Shape } from "../../reports/charts/theme.ts";

/** The shape and colour of a state. Says nothing to screen readers: a word always stands beside it. */
export function StateMark({ state, size = 12 }: { state: CardState; size?: number }) {
  const { status, fill, shape } = STATE_INK[state];
  return (
    <svg className={`mark mark-${status} mark-${fill}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden>
      {drawing(shape, fill === "hatch")}
    </svg>
  );
}

/** Shape and word of a state. */
export function StateWord({ state }: { state: CardState }) {
  const { t } = useTranslation();
  return (
    <span className="state-word">
      <StateMark state={state} />
      {t(`state.${state}`)}
    </span>
  );
}

function drawing(shape: Shape, hatched: boolean) {
  switch (shape) {
    case "disc":
      return hatched ? (
        <>
          <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.4" />
          <path d="M3 6.6 6.6 3M3.6 9 9 3.6M6 9.6 9.6 6" stroke="currentColor" strokeWidth="1.2" />
        </>
      ) : (
        <circle cx="6" cy="6" r="5" fill="currentColor" />
      );
    case "triangle":
      return <path d="M6 .8 11.6 11H.4z" fill="currentColor" />;
    case "square":
      return <rect x="1" y="1" width="10" height="10" fill="currentColor" />;
    case "ring":
      return <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" />;
    case "dashed":
      return (
        <path d="M1 7.5 7.5 1M1.5 11 11 1.5M5 11.5 11.5 5" stroke="currentColor" strokeWidth="1.3" /> // as on the wall
      );
  }
}

import { type ReactNode, useEffect, useState } from "react";
import { browserClock } from "../lib/clock.ts";

/** Shows its children only once a wait has become noticeable, so that quick answers do not flicker. */
export function Late({ children, ms = 200 }: { children: ReactNode; ms?: number }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = browserClock.after(ms, () => setLate(true));
    return () => timer.cancel();
  }, [ms]);
  return late ? children : null;
}

import { type RefObject, useEffect, useState } from "react";

export type Room = { readonly width: number; readonly height: number; readonly scale: number };

/** The inner size of an element, and how many device pixels a CSS pixel has; follows zoom and moves between screens. */
export function useRoom(box: RefObject<HTMLElement | null>): Room | null {
  const [room, setRoom] = useState<Room | null>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const next = { width: element.clientWidth, height: element.clientHeight, scale: window.devicePixelRatio || 1 };
      setRoom((was) =>
        was?.width === next.width && was.height === next.height && was.scale === next.scale ? was : next,
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("resize", measure); // zooming changes the pixel ratio without changing the box
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [box]);
  return room;
}

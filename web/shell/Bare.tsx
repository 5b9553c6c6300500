import type { ReactNode } from "react";
import { FormatContext, useFormatOf } from "../lib/use-format.ts";
import { SchemeButton } from "./SchemeButton.tsx";
import { useLanguage, useLanguageOfAddress } from "./use-language.ts";

/** What stands around a page that is shown without the console: the language, the theme, and nothing to go to. */
export function Bare({ children }: { children: ReactNode }) {
  const format = useFormatOf(undefined);
  const [lang, choose] = useLanguage();
  useLanguageOfAddress();
  const other = lang === "zh" ? (["en", "English"] as const) : (["zh", "中文"] as const);
  return (
    <FormatContext value={format}>
      <div className="bare">
        <div className="bare-choices">
          <button type="button" className="link" lang={other[0]} onClick={() => choose(other[0])}>
            {other[1]}
          </button>
          <SchemeButton />
        </div>
        {children}
      </div>
    </FormatContext>
  );
}

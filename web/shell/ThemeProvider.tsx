import {
  type CSSVariablesResolver,
  type MantineColorsTuple,
  MantineProvider,
  createTheme,
  defaultVariantColorsResolver,
} from "@mantine/core";
import type { ReactNode } from "react";
import { TIERS } from "../../db/model/tier.ts";
import { STATUS_COLOURS, SURFACES, type Scheme } from "../../reports/charts/theme.ts";
import { TIER_INKS } from "../../reports/charts/tier-inks.ts";

const FONT = `Inter, "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif`;

const blue: MantineColorsTuple = [
  "#eaf2fb",
  "#d3e3f6",
  "#a6c8ee",
  "#78b4ff",
  "#4f93e0",
  "#2f78cc",
  "#1a5fb4",
  "#164f97",
  "#11407a",
  "#0c2f5b",
];
const dark: MantineColorsTuple = [
  "#e4e7eb",
  "#c3c9d1",
  "#9aa2ad",
  "#6f7783",
  "#3a414b",
  "#2b3038",
  "#171a20",
  "#0f1115",
  "#0b0d10",
  "#08090b",
];

const theme = createTheme({
  primaryColor: "blue",
  primaryShade: { light: 6, dark: 6 },
  colors: { blue, dark },
  black: SURFACES.light.text,
  fontFamily: FONT,
  fontFamilyMonospace: `ui-monospace, "SF Mono", Menlo, Consolas, "Noto Sans Mono", monospace`,
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  defaultRadius: 6,
  cursorType: "pointer",
  respectReducedMotion: true,
  variantColorResolver: defaultVariantColorsResolver,
});

/** The tokens of reports/charts/theme.ts as CSS variables: charts and page cannot drift apart. */
const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: tokens("light"),
  dark: { ...tokens("dark"), "--mantine-color-anchor": SURFACES.dark.accent },
});

function tokens(scheme: Scheme): Record<string, string> {
  const status = STATUS_COLOURS[scheme];
  const surface = SURFACES[scheme];
  const tiers = TIERS.flatMap((tier) => {
    const { fill, text } = TIER_INKS[scheme][tier];
    return [
      [`--tier-${tier}`, fill],
      [`--tier-${tier}-text`, text],
    ] as const;
  });
  return {
    ...Object.fromEntries(tiers),
    "--ok": status.ok,
    "--warning": status.warning,
    "--critical": status.critical,
    "--unknown": status.unknown,
    "--page": surface.page,
    "--raised": surface.raised,
    "--line": surface.line,
    "--text": surface.text,
    "--muted": surface.muted,
    "--accent": surface.accent,
    "--mantine-color-body": surface.page,
    "--mantine-color-text": surface.text,
    "--mantine-color-dimmed": surface.muted,
    "--mantine-color-placeholder": surface.muted,
    "--mantine-color-disabled-color": surface.muted, // what cannot be changed here can still be read
    "--mantine-color-error": status.critical,
    "--mantine-color-default-border": surface.line,
  };
}

/** The nonce the server wrote into this answer: without it the CSP refuses Mantine's style elements. */
function nonceOfPage(): string {
  const meta = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]");
  return meta?.nonce ?? "";
}

const nonce = nonceOfPage();
Object.assign(window, { __webpack_nonce__: nonce }); // read by get-nonce, for the scroll lock under dialogs

export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={resolver}
      getStyleNonce={() => nonce}
    >
      {children}
    </MantineProvider>
  );
}

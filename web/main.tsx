import "./styles/mantine.ts";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/parts.css";
import "./styles/table.css";
import "./styles/board.css";
import "./styles/board-parts.css";
import "./styles/drawer.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isBare } from "./lib/bare-pages.ts";
import { firstLang, startI18n } from "./i18n/i18n.ts";
import { followFleet } from "./live/live-fleet.ts";
import { makeRouter } from "./router.tsx";
import { ThemeProvider } from "./shell/ThemeProvider.tsx";
import { queryClient } from "./trpc.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root to draw into");

await startI18n(firstLang(new URLSearchParams(location.search).get("lang")));
if (!isBare(location.pathname)) void followFleet();
createRoot(root).render(
  <StrictMode>
    <ThemeProvider>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </ThemeProvider>
  </StrictMode>,
);

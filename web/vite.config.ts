import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * Builds the console into web/dist, to be served by the server from `.vite/manifest.json` and web/public.
 * `__CSP_NONCE__` stands wherever the server must write the nonce of one answer; there is no inline script or style.
 */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    assetsInlineLimit: 0, // data: URLs would need a hole in the CSP
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700, // ECharts, which is lazy; the real budget is test/web/budget.ts
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "echarts", test: /node_modules[\\/](echarts|zrender)[\\/]/ }],
        },
      },
    },
  },
  server: { host: "127.0.0.1", proxy: { "/api": "http://127.0.0.1:7070" } },
});

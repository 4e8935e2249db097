import { defineConfig } from 'vite';

// The host that `npm run dev` talks to: a running IOC.Host, or dev/mock-server.mjs.
const host = process.env.IOC_HOST_URL ?? 'http://localhost:5080';

export default defineConfig({
  base: './',
  build: {
    target: 'es2022',
    // Nothing as a data: URL: the strict content security policy allows fonts from 'self' only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // The operators' page, and a folder for each of the others.
      input: [
        'index.html', 'signin/index.html', 'setup/index.html', 'account/index.html', 'admin/index.html', 'planner/index.html', 'figures/index.html', 'shifts/index.html', 'wall/index.html',
      ],
      output: {
        // MapLibre's worker is a .mjs file, which not every server knows for JavaScript.
        assetFileNames: (asset) => (asset.names[0]?.endsWith('.mjs') ? 'assets/[name]-[hash].js' : 'assets/[name]-[hash][extname]'),
      },
    },
  },
  server: {
    proxy: {
      '/api': host,
      '/hub': { target: host, ws: true },
    },
  },
});

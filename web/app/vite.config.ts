import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'
import { manual } from './manual/markdown.ts'

// The server that `npm run dev` shows the data of: `cuntu serve` on its default address.
const SERVER = 'http://127.0.0.1:8080'

export default defineConfig({
  // Relative, so that the app may live under a prefix of the server.
  base: './',
  plugins: [vue(), manual()],
  server: {
    proxy: Object.fromEntries(['/api', '/tiles', '/readyz', '/healthz'].map((path) => [path, SERVER])),
  },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // Office PCs keep a Chrome for years.
    target: ['chrome107', 'edge107', 'firefox104', 'safari16'],
    rolldownOptions: { input: ['index.html', 'help/index.html'] },
    chunkSizeWarningLimit: 1500,
  },
  worker: { format: 'es' },
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
  },
})

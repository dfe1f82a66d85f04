import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The only variables of the build's environment that get into the bundle.
const known = ['DD_RUM_APPLICATION_ID', 'DD_RUM_CLIENT_TOKEN', 'DD_SITE', 'DD_ENV', 'DD_VERSION'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  define: Object.fromEntries(known.map((name) => [`import.meta.env.${name}`, JSON.stringify(process.env[name] ?? '')])),
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: 'hidden',
    // No data: URLs, so that the content security policy can refuse them.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // The libraries change less often than the shop: a returning browser keeps them.
        codeSplitting: {
          groups: [{ name: 'libraries', test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack)[\\/]/ }],
        },
      },
      // The libraries' "use client" lines mean nothing here.
      onwarn(warning, warn) {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
  server: { proxy: { '/api': `http://localhost:${process.env.PORT ?? 3000}` } },
});

# The image brings its own Node, so the packages that carry one are taken out again (190 MB).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts ./scripts
RUN npm ci --ignore-scripts --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/.bin/node
COPY src ./src

FROM node:24-bookworm-slim
# The code belongs to root and cannot be written; what Node compiles of it is kept beside the data.
ENV NODE_ENV=production NEXUS_DATA_DIR=/data NEXUS_HTTP_HOST=0.0.0.0 NODE_COMPILE_CACHE=/data/cache
WORKDIR /app
COPY --from=build /app /app
# /run/nexus is the runner service's, which is nobody; NEXUS reaches its socket by the group.
RUN mkdir /data /run/nexus \
 && chown 65532:65532 /data && chown 65534:65532 /run/nexus && chmod 0750 /run/nexus
USER 65532:65532
VOLUME /data
EXPOSE 7070
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7070/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "src/cli/nexus.ts", "start"]

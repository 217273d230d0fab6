/**
 * Swagger UI's files as paths: `import … with { type: 'file' }` lets the bundler carry them along.
 * The package describes none of them to the compiler.
 */
declare module 'swagger-ui-dist/favicon-32x32.png' {
  const path: string

  export { path as default }
}
declare module 'swagger-ui-dist/swagger-ui.css' {
  const path: string

  export { path as default }
}
declare module 'swagger-ui-dist/swagger-ui-bundle.js' {
  const path: string

  export { path as default }
}

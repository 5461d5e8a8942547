// Jest transformer for packages that import JSON without saying so, which Jest warns about (and its next major refuses).
export default {
  process: (source) => ({
    code: source.replaceAll(/(from\s+["'][^"']+\.json["'])(?!\s+with)/g, '$1 with { type: "json" }'),
  }),
};

import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: MahalanobisOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/MahalanobisOptions.md","filePath":"reference/api/baaljs/heuristics/interfaces/MahalanobisOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/MahalanobisOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-mahalanobisoptions" tabindex="-1">Interface: MahalanobisOptions <a class="header-anchor" href="#interface-mahalanobisoptions" aria-label="Permalink to &quot;Interface: MahalanobisOptions&quot;">​</a></h1><p>The options of <a href="./../functions/mahalanobis.html">mahalanobis</a> and <a href="./../functions/relativeMahalanobis.html">relativeMahalanobis</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-shrinkage"></a> <code>shrinkage?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>How much of the covariance is replaced by a multiple of the identity, from 0 to 1. By default as much as Ledoit and Wolf (2004, &quot;A well-conditioned estimator for large-dimensional covariance matrices&quot;) compute from the data: much with fewer labelled items than features, little with many.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/MahalanobisOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const MahalanobisOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  MahalanobisOptions as default
};

import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ClassifyOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/ClassifyOptions.md","filePath":"reference/api/baaljs/interfaces/ClassifyOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/ClassifyOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-classifyoptions" tabindex="-1">Interface: ClassifyOptions <a class="header-anchor" href="#interface-classifyoptions" aria-label="Permalink to &quot;Interface: ClassifyOptions&quot;">​</a></h1><p>How <code>classify</code> answers: draws, how many labels, seed.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./ClassifyImagesOptions.html"><code>ClassifyImagesOptions</code></a></li><li><a href="./ClassifyTextsOptions.html"><code>ClassifyTextsOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-iterations"></a> <code>iterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>K, the random draws whose probabilities are averaged; 1 by default: one pass with dropout off, whether the model is patched or not. A model that is not patched draws with its own dropout, and stays as it is.</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Names the draws: the same seed and input give the same answer, whatever else is asked at the same time. 0 by default.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-tokensperbatch"></a> <code>tokensPerBatch?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Most tokens (draws included) that go through the model at once.</td></tr><tr><td><a id="property-topk"></a> <code>topK?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The most labels that an answer lists, the most probable ones; all by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/ClassifyOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ClassifyOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ClassifyOptions as default
};

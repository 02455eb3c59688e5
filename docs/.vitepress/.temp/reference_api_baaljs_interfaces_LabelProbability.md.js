import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: LabelProbability","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/LabelProbability.md","filePath":"reference/api/baaljs/interfaces/LabelProbability.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/LabelProbability.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-labelprobability" tabindex="-1">Interface: LabelProbability <a class="header-anchor" href="#interface-labelprobability" aria-label="Permalink to &quot;Interface: LabelProbability&quot;">​</a></h1><p>A label with its probability.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./Classification.html"><code>Classification</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-label"></a> <code>label</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-probability"></a> <code>probability</code></td><td><code>readonly</code></td><td><code>number</code></td><td>In [0, 1], averaged over the draws. They sum to 1 over all labels, unless the model predicts each label by itself.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/LabelProbability.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const LabelProbability = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  LabelProbability as default
};

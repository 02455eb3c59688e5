import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: OutOfScopeRule","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/OutOfScopeRule.md","filePath":"reference/api/baaljs/interfaces/OutOfScopeRule.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/OutOfScopeRule.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-outofscoperule" tabindex="-1">Interface: OutOfScopeRule <a class="header-anchor" href="#interface-outofscoperule" aria-label="Permalink to &quot;Interface: OutOfScopeRule&quot;">​</a></h1><p>When a model does not answer: an item whose score is above the threshold belongs to none of its classes. Made by <code>fitOutOfScope</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-heldout"></a> <code>heldOut</code></td><td><code>readonly</code></td><td><a href="./OutOfScopeFigures.html"><code>OutOfScopeFigures</code></a></td><td>-</td></tr><tr><td><a id="property-kept"></a> <code>kept</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/StateDict.html"><code>StateDict</code></a></td><td>What the score keeps of the labelled items.</td></tr><tr><td><a id="property-label"></a> <code>label</code></td><td><code>readonly</code></td><td><code>string</code></td><td>What such an item is called; none of the model&#39;s labels.</td></tr><tr><td><a id="property-score"></a> <code>score</code></td><td><code>readonly</code></td><td>| <code>&quot;variance&quot;</code> | <code>&quot;nearest&quot;</code> | <code>&quot;bald&quot;</code> | <code>&quot;entropy&quot;</code> | <code>&quot;energy&quot;</code> | <code>&quot;maxSoftmax&quot;</code> | <code>&quot;centre&quot;</code> | <code>&quot;entropyAndCentre&quot;</code></td><td>-</td></tr><tr><td><a id="property-threshold"></a> <code>threshold</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/OutOfScopeRule.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const OutOfScopeRule = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  OutOfScopeRule as default
};

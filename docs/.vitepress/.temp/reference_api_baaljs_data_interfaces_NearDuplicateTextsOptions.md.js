import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: NearDuplicateTextsOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/data/interfaces/NearDuplicateTextsOptions.md","filePath":"reference/api/baaljs/data/interfaces/NearDuplicateTextsOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/data/interfaces/NearDuplicateTextsOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-nearduplicatetextsoptions" tabindex="-1">Interface: NearDuplicateTextsOptions <a class="header-anchor" href="#interface-nearduplicatetextsoptions" aria-label="Permalink to &quot;Interface: NearDuplicateTextsOptions&quot;">​</a></h1><p>Options of <a href="./../functions/nearDuplicateTexts.html">nearDuplicateTexts</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-indices"></a> <code>indices?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices of the texts; 0, 1, 2, ... by default.</td></tr><tr><td><a id="property-normalize"></a> <code>normalize?</code></td><td><code>readonly</code></td><td>(<code>text</code>) =&gt; <code>string</code></td><td>Applied to each text first, <a href="./../functions/normalizeText.html">normalizeText</a> by default.</td></tr><tr><td><a id="property-permutations"></a> <code>permutations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Numbers of a signature, 128 by default: more find pairs near the threshold more surely, and take longer.</td></tr><tr><td><a id="property-seed"></a> <code>seed?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Names the permutations; 0 by default.</td></tr><tr><td><a id="property-shinglelength"></a> <code>shingleLength?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Characters of a shingle, 5 by default; 3 or 4 for texts of a few words, 9 for long ones.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-threshold"></a> <code>threshold?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Least Jaccard similarity of the sets of shingles, in (0, 1]; 0.8 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/data/interfaces/NearDuplicateTextsOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const NearDuplicateTextsOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  NearDuplicateTextsOptions as default
};

import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: OutOfScopeFigures","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/OutOfScopeFigures.md","filePath":"reference/api/baaljs/interfaces/OutOfScopeFigures.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/OutOfScopeFigures.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-outofscopefigures" tabindex="-1">Interface: OutOfScopeFigures <a class="header-anchor" href="#interface-outofscopefigures" aria-label="Permalink to &quot;Interface: OutOfScopeFigures&quot;">​</a></h1><p>How well the rule did on the items that it was found on: held out, none of them trained on.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-auroc"></a> <code>auroc</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Of the score: the chance that an item out of scope scores higher than one in scope.</td></tr><tr><td><a id="property-inscopeaccuracy"></a> <code>inScopeAccuracy</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of the items in scope that are accepted and right (Larson et al. 2019).</td></tr><tr><td><a id="property-inscopeitems"></a> <code>inScopeItems</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-outofscopeitems"></a> <code>outOfScopeItems</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-outofscoperecall"></a> <code>outOfScopeRecall</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Share of the items out of scope that are rejected.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/OutOfScopeFigures.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const OutOfScopeFigures = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  OutOfScopeFigures as default
};

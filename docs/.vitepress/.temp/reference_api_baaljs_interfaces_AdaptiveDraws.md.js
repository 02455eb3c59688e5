import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: AdaptiveDraws","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/AdaptiveDraws.md","filePath":"reference/api/baaljs/interfaces/AdaptiveDraws.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/AdaptiveDraws.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-adaptivedraws" tabindex="-1">Interface: AdaptiveDraws <a class="header-anchor" href="#interface-adaptivedraws" aria-label="Permalink to &quot;Interface: AdaptiveDraws&quot;">​</a></h1><p>Draws that are spent where they decide: few for all items, the rest for those that may still be among the picks.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-exact"></a> <code>exact?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Goes on until no item that was not drawn to the end can be among the picks, whatever its other draws are: the very picks of all draws, for up to all passes. Bounds are known for entropy, certainty and BALD; other scores take all draws then. Off by default.</td></tr><tr><td><a id="property-keep"></a> <code>keep?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items that go on after the first draws, as a multiple of the picks: 4 by default for scores of the mean prediction, 6 for those of disagreement.</td></tr><tr><td><a id="property-min"></a> <code>min?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Draws of every item, 1 or more: 2 by default for scores of the mean prediction (entropy, margin), 5 for those of disagreement (BALD).</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/AdaptiveDraws.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const AdaptiveDraws = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  AdaptiveDraws as default
};

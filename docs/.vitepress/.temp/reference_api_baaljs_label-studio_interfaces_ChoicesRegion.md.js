import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ChoicesRegion","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/ChoicesRegion.md","filePath":"reference/api/baaljs/label-studio/interfaces/ChoicesRegion.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/ChoicesRegion.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-choicesregion" tabindex="-1">Interface: ChoicesRegion <a class="header-anchor" href="#interface-choicesregion" aria-label="Permalink to &quot;Interface: ChoicesRegion&quot;">​</a></h1><p>One region of a prediction, as Label Studio&#39;s editor reads it.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-from_name"></a> <code>from_name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-score"></a> <code>score?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Probability of the (least probable) choice; none for a number, and for the choice that stands for an abstaining model.</td></tr><tr><td><a id="property-to_name"></a> <code>to_name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-type"></a> <code>type</code></td><td><code>readonly</code></td><td><code>NonNullable</code>&lt;<code>&quot;choices&quot;</code> | <code>NumberType</code> | <code>&quot;taxonomy&quot;</code> | <code>undefined</code>&gt;</td><td>By the control: Choices, Taxonomy, Rating, or Number.</td></tr><tr><td><a id="property-value"></a> <code>value</code></td><td><code>readonly</code></td><td><code>object</code></td><td>Under the name of the type. Paths of nested choices (<code>allowNested</code>, Taxonomy) are lists, from the topmost choice down.</td></tr><tr><td><code>value.choices?</code></td><td><code>readonly</code></td><td>readonly (<code>string</code> | readonly <code>string</code>[])[]</td><td>-</td></tr><tr><td><code>value.number?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>value.rating?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><code>value.taxonomy?</code></td><td><code>readonly</code></td><td>readonly (readonly <code>string</code>[])[]</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/ChoicesRegion.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ChoicesRegion = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ChoicesRegion as default
};

import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ItemPlace<Target>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/ItemPlace.md","filePath":"reference/api/baaljs/metrics/interfaces/ItemPlace.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/ItemPlace.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-itemplace-target" tabindex="-1">Interface: ItemPlace&lt;Target&gt; <a class="header-anchor" href="#interface-itemplace-target" aria-label="Permalink to &quot;Interface: ItemPlace\\&lt;Target\\&gt;&quot;">​</a></h1><p>Where an item&#39;s values begin, how many they are, and its target.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th><th>Default type</th></tr></thead><tbody><tr><td><a id="type-parameter-target"></a> <code>Target</code> <em>extends</em> <code>number</code> | <code>boolean</code></td><td><code>number</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th></tr></thead><tbody><tr><td><a id="property-classes"></a> <code>classes</code></td><td><code>readonly</code></td><td><code>number</code></td></tr><tr><td><a id="property-start"></a> <code>start</code></td><td><code>readonly</code></td><td><code>number</code></td></tr><tr><td><a id="property-target"></a> <code>target</code></td><td><code>readonly</code></td><td><code>Target</code></td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/ItemPlace.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ItemPlace = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ItemPlace as default
};

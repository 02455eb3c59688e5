import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: GraphNode","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/engine/interfaces/GraphNode.md","filePath":"reference/api/baaljs/engine/interfaces/GraphNode.md"}');
const _sfc_main = { name: "reference/api/baaljs/engine/interfaces/GraphNode.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-graphnode" tabindex="-1">Interface: GraphNode <a class="header-anchor" href="#interface-graphnode" aria-label="Permalink to &quot;Interface: GraphNode&quot;">​</a></h1><p>One operator application. An empty input name is an omitted optional input, as in ONNX.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-attributes"></a> <code>attributes</code></td><td><code>public</code></td><td><code>Record</code>&lt;<code>string</code>, <a href="./../type-aliases/Attribute.html"><code>Attribute</code></a>&gt;</td><td>-</td></tr><tr><td><a id="property-domain"></a> <code>domain</code></td><td><code>public</code></td><td><code>string</code></td><td><code>&quot;&quot;</code> is the standard ONNX domain.</td></tr><tr><td><a id="property-inputs"></a> <code>inputs</code></td><td><code>public</code></td><td><code>string</code>[]</td><td>-</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>public</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-optype"></a> <code>opType</code></td><td><code>public</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-origin"></a> <code>origin?</code></td><td><code>readonly</code></td><td><a href="./NodeOrigin.html"><code>NodeOrigin</code></a></td><td>Where an exporter says that the node came from.</td></tr><tr><td><a id="property-outputs"></a> <code>outputs</code></td><td><code>public</code></td><td><code>string</code>[]</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/engine/interfaces/GraphNode.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const GraphNode = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  GraphNode as default
};
